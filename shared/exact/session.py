"""The HTTP session every call to Exact goes through: https only, nothing remembered between calls."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy

import requests

USER_AGENT = "QicsDashboards-pipeline"
#: seconds to connect, seconds without a byte
TIMEOUTS = (5.0, 60.0)


def session() -> requests.Session:
    """Make a session. It has no way to speak plain http; proxy and authority come from the environment.

    Cookies are refused: those of the load balancer would tie a worker to one server of Exact.
    """
    made = requests.Session()
    del made.adapters["http://"]
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.headers["User-Agent"] = USER_AGENT
    return made
