from __future__ import annotations

from catalog.problem import CatalogError, Problem


def test_a_problem_reads_as_a_sentence_with_a_place_that_editors_link() -> None:
    problem = Problem("a.yaml", 3, 5, "There is no model 'smal'.", ("small",), "small", "Correct it.")
    assert problem.where == "a.yaml:3:5"
    assert str(problem) == "a.yaml:3:5: There is no model 'smal'. Did you mean 'small'? Allowed: small. Correct it."


def test_an_error_holds_every_problem_once_in_the_order_of_the_files() -> None:
    first, second, third = Problem("a", 2, 1, "x"), Problem("a", 10, 1, "x"), Problem("b", None, None, "x")
    error = CatalogError([third, second, first, second])
    assert error.problems == (first, second, third)
    assert str(error) == "a:2:1: x\na:10:1: x\nb: x"
