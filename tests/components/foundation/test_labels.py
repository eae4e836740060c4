from components.foundation.labels import labelled


def test_nobody_can_overwrite_the_labels_by_which_an_owner_is_found() -> None:
    assert labelled({"owner": "nobody", "team": "a"}, stack="local", owner="team-a") == {
        "managed-by": "gatehouse",
        "owner": "team-a",
        "stack": "local",
        "team": "a",
    }
