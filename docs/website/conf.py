"""Sphinx's settings of the documentation, which `docs/build.py` stages and builds."""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(DOCS))

import landscape  # noqa: E402

project = "landscape"
author = "The landscape authors"
copyright = author
version = release = landscape.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "sphinx_design",
    "website.mathml",
    "website.docstrings",
]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb", ".rst": "restructuredtext"}
root_doc = "index"

myst_enable_extensions = ["dollarmath", "colon_fence", "attrs_inline"]
myst_heading_anchors = 3
myst_dmath_double_inline = True
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # else a page with a widget asks for scripts from elsewhere
nb_merge_streams = True
html_math_renderer = "mathml"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
add_module_names = False
python_display_short_literal_types = True
python_maximum_signature_line_length = 90

html_context = {"default_mode": "auto"}
html_theme = "pydata_sphinx_theme"
html_title = "landscape"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_favicon = "static/icon.svg"
html_logo = "static/icon.svg"
html_show_sourcelink = False
html_copy_source = False
html_show_search_summary = False  # it fetches pages, which browsers refuse of files
html_show_sphinx = False
html_theme_options = {
    "logo": {"text": "landscape", "image_light": "static/icon.svg", "image_dark": "static/icon.svg"},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "header_links_before_dropdown": 8,
    "show_nav_level": 1,
    "navigation_depth": 3,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-light",
    "pygments_dark_style": "a11y-dark",
    "back_to_top_button": False,
    "use_edit_page_button": False,
}
html_sidebars = {name: [] for name in ("index", "start", "zh", "search")}
copybutton_exclude = ".linenos, .gp, .go"
suppress_warnings = ["config.cache"]


def setup(app):
    """Pages in Chinese say so, for screen readers and for the choice of fonts."""
    chinese = ("zh", "lectures/zh/")

    def language(app, name, template, context, tree):
        if name == chinese[0] or name.startswith(chinese[1]):
            context["language"] = "zh-CN"

    app.connect("html-page-context", language)
