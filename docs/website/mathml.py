"""Show formulas as MathML, which browsers draw by themselves: no script and no font is loaded for them."""

from __future__ import annotations

from typing import Any

from latex2mathml.converter import convert


def mathml(latex: str, block: bool = False) -> str:
    """A formula of LaTeX as MathML."""
    return str(convert(latex, display="block" if block else "inline"))


def _inline(self: Any, node: Any) -> None:
    from docutils.nodes import SkipNode

    self.body.append(mathml(node.astext()))
    raise SkipNode


def _block(self: Any, node: Any) -> None:
    from docutils.nodes import SkipNode

    self.body.append(f'<div class="formula">{mathml(node.astext(), block=True)}</div>')
    raise SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Register the renderer with Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
