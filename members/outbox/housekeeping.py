from datetime import timedelta

from members.outbox import returns, troubles
from members.outbox.duties import duty


@duty("forget-what-came-back", every=timedelta(days=1))
def forget_what_came_back() -> None:
    returns.forget_old()
    troubles.forget_old()
