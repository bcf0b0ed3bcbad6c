"""Pages that compute: recorded surfaces and rules written as JavaScript, and what draws them in a browser.

from landscape.web import save_page
save_page(ls.simulate("rosenbrock", ["sgd", "adam"], steps=500), "race.html")
"""

from landscape.web.page import NotComputable, save_page
from landscape.web.settings import Settings

__all__ = ["NotComputable", "Settings", "save_page"]
