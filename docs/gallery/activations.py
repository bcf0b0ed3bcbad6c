"""Which activations saturate, and which let units die? Each function with its derivative, flat half lines shaded."""

from landscape.nn import activations
from landscape.render.portraits.activation import picture

order = """
    sigmoid tanh softsign hard_sigmoid hard_tanh sine
    relu leaky_relu prelu elu selu softplus
    gelu silu mish hard_swish identity
"""
figure = picture(
    [activations.build(name) for name in order.split()],
    "Where the derivative is 0 for every example, a unit learns nothing",
)
