"""Each role may what it needs, and no more."""

import pytest

from core.domain.access import PERMISSIONS, SYSTEM, Actor, Permission, service_agent
from core.domain.enums import ActorKind, Role
from core.domain.errors import NotAllowed


def _actor(role: Role | None) -> Actor:
    return Actor(ActorKind.USER, "1", "Ada", role)


def test_a_supervisor_may_all_that_an_agent_may() -> None:
    assert PERMISSIONS[Role.AGENT] < PERMISSIONS[Role.SUPERVISOR] < PERMISSIONS[Role.ADMIN] == frozenset(Permission)


def test_an_executive_sees_figures_and_no_customer() -> None:
    assert PERMISSIONS[Role.EXECUTIVE] == {Permission.METRICS_READ, Permission.ARTICLE_READ}


def test_only_the_administrator_administers() -> None:
    assert [role for role in Role if Permission.ADMINISTER in PERMISSIONS[role]] == [Role.ADMIN]


def test_who_has_no_role_may_nothing() -> None:
    for permission in Permission:
        with pytest.raises(NotAllowed, match=permission.value):
            _actor(None).require(permission)


def test_the_desk_itself_may_do_its_work() -> None:
    for actor in (SYSTEM, service_agent("SLAMonitor")):
        for permission in Permission:
            actor.require(permission)


def test_a_customer_may_nothing_by_themselves() -> None:
    assert not any(Actor(ActorKind.CUSTOMER, "1", "Kim").may(permission) for permission in Permission)


def test_only_a_user_has_a_users_number() -> None:
    assert (_actor(Role.AGENT).user_id, Actor(ActorKind.TOKEN, "7", "shop", Role.AGENT).user_id) == (1, None)
