from components.foundation.tokens import token


def test_a_token_is_project_entity_and_class() -> None:
    class LocalThing:
        pass

    assert token("thing", LocalThing) == "gatehouse:thing:LocalThing"
