from components.foundation.names import child


def test_a_child_is_named_after_its_parent_and_its_role() -> None:
    assert child("gemma", "process") == "gemma-process"
