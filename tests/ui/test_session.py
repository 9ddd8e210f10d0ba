"""Links lead only to pages of this desk."""

import pytest

from ui.session import HOME, local_path, login_url


@pytest.mark.parametrize("path", ["/queue", "/tickets/12", "/queue?view=mine&q=a%20b", "/"])
def test_a_page_of_this_desk_is_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "queue", "/a\nb", "/login",
     "/logout", "/" + "a" * 3000, "\t//evil.example", "/ /evil"],
)  # fmt: skip
def test_anything_else_becomes_the_home_page(path: str) -> None:
    assert local_path(path) == HOME


def test_the_way_to_sign_in_remembers_the_page() -> None:
    assert login_url("/tickets/3?x=1") == "/login?next=%2Ftickets%2F3%3Fx%3D1"
    assert login_url("//evil.example", ended=True) == "/login?next=%2Fqueue&ended=1"
