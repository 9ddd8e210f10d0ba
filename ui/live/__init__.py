"""The live feed: what is committed becomes news, read once for all browsers of this process."""

from ui.live.feed import SESSION_CHECK_SECONDS, Feed
from ui.live.pace import Pace
from ui.live.viewer import Viewer

__all__ = ["SESSION_CHECK_SECONDS", "Feed", "Pace", "Viewer"]
