"""Keeps Python's garbage collector from holding the event loop.

A full collection looks at every container there is: some 600,000 after start, which takes 0.3 to 1 s on one core, and
with the usual thresholds it comes every few seconds under load. What exists once the desk runs is there to stay, so it
is taken out of sight; and the young are looked at in larger lots, of which nearly all have died by then.
"""

import gc

THRESHOLDS = (10_000, 50, 20)
"""New containers before the first look, such looks before the second, such seconds before a full one is considered."""


def spare_the_loop() -> None:
    """Call when everything that stays has been loaded; may be called again later."""
    gc.set_threshold(*THRESHOLDS)
    gc.freeze()
