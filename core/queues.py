"""Makes the queues table say what the rules say."""

from config.rules import BusinessRules
from core.domain.entities import Queue
from core.storage.transaction import Transaction


async def put_queues(tx: Transaction, rules: BusinessRules) -> None:
    wanted = [
        Queue(name, queue.name, tuple(queue.skills), position)
        for position, (name, queue) in enumerate(rules.queues.items())
    ]
    await tx.queues.put(wanted)
