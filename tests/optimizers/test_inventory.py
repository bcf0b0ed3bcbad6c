"""Every optimizer of torch and of optax is a rule here, or is left out for a reason that is written down."""

import inspect

import numpy as np
import pytest
from traces.make import TWINS, gradients, hyper_parameters, torch_arguments

import landscape as ls
from landscape.core.component import field_hints

# torch.optim: class -> the rules here that it is, with its flags
TORCH = {
    "ASGD": {"asgd"},
    "Adadelta": {"adadelta"},
    "Adafactor": {"adafactor"},
    "Adagrad": {"adagrad"},
    "Adam": {"adam", "amsgrad", "adamw", "amsgradw"},
    "AdamW": {"adamw", "amsgradw"},
    "Adamax": {"adamax"},
    "LBFGS": {"lbfgs", "lbfgs_fixed_step"},
    "Muon": {"muon", "muon_plain"},
    "NAdam": {"nadam", "nadamw"},
    "RAdam": {"radam", "radamw"},
    "RMSprop": {"rmsprop", "rmsprop_centered"},
    "Rprop": {"rprop"},
    "SGD": {"sgd", "momentum", "nesterov"},
    "SparseAdam": {"sparse_adam"},
}
# arguments of torch's -> what they are here
FLAGS = {
    "lr": "the field lr",
    "betas": "the fields beta1 and beta2",
    "etas": "the fields etaminus and etaplus",
    "step_sizes": "the fields step_size_min and step_size_max",
    "beta2_decay": "the field beta2_decay, its sign turned",
    "eps": "the field eps; eps1 and eps2 of Adafactor",
    "nesterov": "the rules nesterov and muon, where the others are momentum and muon_plain",
    "centered": "the rule rmsprop_centered",
    "amsgrad": "the rules amsgrad and amsgradw",
    "decoupled_weight_decay": "the rules adamw, amsgradw, nadamw and radamw",
    "maximize": "the loss times -1, the surface scaled by -1: the gradient's sign is all that it turns",
    "history_size": "the field memory",
    "line_search_fn": "the rules lbfgs, with the strong Wolfe search, and lbfgs_fixed_step",
    "ns_coefficients": "Jordan's, a constant: they belong to the rule, as Adam's square root does",
    "ns_steps": "five, a constant",
    "adjust_lr_fn": "the default's factor for the matrix's shape; the other is a factor on lr",
    "max_iter": "the loop's: an iteration here is a step",
    "max_eval": "the loop's: evaluations are counted, not bounded",
    "tolerance_grad": "the loop's: simulate(tolerance=...)",
    "tolerance_change": "the loop's",
    "foreach": "how torch computes, not what",
    "fused": "how torch computes, not what",
    "capturable": "how torch computes, not what",
    "differentiable": "how torch computes, not what",
}
OF_FIELDS = {"weight_decay", "momentum", "dampening", "lr_decay", "initial_accumulator_value", "rho", "alpha", "d",
             "momentum_decay", "lambd", "t0"}  # fmt: skip

# optax and optax.contrib: function -> the rules here that it is
OPTAX = {
    "adabelief": {"adabelief"}, "adadelta": {"adadelta"}, "adafactor": {"adafactor"}, "adagrad": {"adagrad"},
    "adam": {"adam"}, "adamax": {"adamax"}, "adamaxw": {"adamaxw"}, "adamw": {"adamw"}, "adan": {"adan"},
    "amsgrad": {"amsgrad"}, "fromage": {"fromage"}, "lamb": {"lamb"}, "lars": {"lars"}, "lbfgs": {"lbfgs"},
    "lion": {"lion"}, "nadam": {"nadam"}, "nadamw": {"nadamw"}, "noisy_sgd": {"noisy_sgd"}, "novograd": {"novograd"},
    "optimistic_adam": {"optimistic_adam"}, "optimistic_adam_v2": {"optimistic_adam"},
    "optimistic_gradient_descent": {"optimistic_gd"}, "polyak_sgd": {"polyak_sgd"}, "radam": {"radam"},
    "rmsprop": {"rmsprop", "rmsprop_centered"}, "rprop": {"rprop"}, "sgd": {"sgd", "momentum", "nesterov"},
    "sign_sgd": {"sign_sgd"}, "signum": {"signum"}, "sm3": {"sm3"}, "yogi": {"yogi"}, "lookahead": {"lookahead"},
    "adaptive_grad_clip": {"adaptive_clip"}, "add_decayed_weights": {"l2", "weight_decay"}, "add_noise": {"noisy_sgd"},
    "apply_every": {"accumulate"}, "clip": {"clip_value"}, "clip_by_global_norm": {"clip"}, "ema": {"ema"},
    "normalize_by_update_norm": {"normalized_gd"}, "trace": {"momentum", "nesterov"}, "clip_by_block_rms": {"clip"},
    "scale_by_backtracking_linesearch": {"armijo_gd"}, "scale_by_zoom_linesearch": {"lbfgs", "bfgs"},
    "acprop": {"acprop"}, "ademamix": {"ademamix"}, "adopt": {"adopt"}, "cocob": {"cocob"},
    "dadapt_adamw": {"dadapt_adamw"}, "dog": {"dog"}, "dowg": {"dowg"}, "galore": {"galore"}, "madgrad": {"madgrad"},
    "mechanize": {"mechanic"}, "momo": {"momo"}, "momo_adam": {"momo_adam"}, "muon": {"muon", "muon_plain"},
    "normalize": {"normalized_gd"}, "prodigy": {"prodigy"}, "sam": {"sam"},
    "schedule_free": {"schedule_free_sgd", "schedule_free_adamw"}, "schedule_free_adamw": {"schedule_free_adamw"},
    "schedule_free_sgd": {"schedule_free_sgd"}, "simplified_ademamix": {"simplified_ademamix"}, "sophia": {"sophia"},
    "hutchinson_estimator_diag_hessian": {"sophia", "adahessian"}, "optimistic": {"optimistic_gd"},
}  # fmt: skip
TREES = "it acts on a tree of parameters, part by part: here there is one vector"
PRIVATE = "it needs the gradient of each example, which no surface gives"
FINITE = "a run that is no longer finite is frozen and counted, never mended"
WEIGHTS = "it acts on the rows of a matrix of weights, and leaves a vector as it is"
PLUMBING = "it puts other transformations together, and is none itself"
CONSTRAINT = "losses here have no constraints"
LEFT_OUT = {
    "chain": PLUMBING, "named_chain": PLUMBING, "identity": PLUMBING, "stateless": PLUMBING, "monitor": PLUMBING,
    "stateless_with_tree_map": PLUMBING, "set_to_zero": PLUMBING, "scale": PLUMBING, "scale_by_schedule": PLUMBING,
    "scale_by_learning_rate": PLUMBING, "inject_hyperparams": PLUMBING, "inject_stateful_hyperparams": PLUMBING,
    "with_extra_args_support": PLUMBING, "conditionally_transform": PLUMBING, "conditionally_mask": PLUMBING,
    "snapshot": PLUMBING, "measure_with_ema": PLUMBING, "skip_large_updates": FINITE, "skip_not_finite": FINITE,
    "masked": TREES, "multi_transform": TREES, "partition": TREES, "flatten": TREES, "freeze": TREES,
    "selective_transform": TREES, "scale_by_param_block_norm": TREES, "scale_by_param_block_rms": TREES,
    "apply_if_finite": FINITE, "zero_nans": FINITE, "centralize": WEIGHTS, "per_example_global_norm_clip": PRIVATE,
    "per_example_layer_norm_clip": PRIVATE, "differentially_private_aggregate": PRIVATE, "dpsgd": PRIVATE,
    "keep_params_nonnegative": CONSTRAINT, "nnls": CONSTRAINT,
    "split_real_and_imaginary": "parameters are real", "reduce_on_plateau": "it is a schedule here, of that name",
    "microbatch": "how optax computes, not what",
}  # fmt: skip
# the parts that optax's rules are made of: each is in a rule of the same name
PART = "scale_by_"
PARTS = {
    "adadelta": "adadelta", "adam": "adam", "adamax": "adamax", "adan": "adan", "amsgrad": "amsgrad",
    "belief": "adabelief", "distance_over_gradients": "dog", "factored_rms": "adafactor", "lbfgs": "lbfgs_fixed_step",
    "lion": "lion", "novograd": "novograd", "optimistic_gradient": "optimistic_gd", "polyak": "polyak_sgd",
    "radam": "radam", "rms": "rmsprop", "rprop": "rprop", "rss": "adagrad", "sign": "sign_sgd", "sm3": "sm3",
    "stddev": "rmsprop_centered", "trust_ratio": "lamb", "yogi": "yogi", "acprop": "acprop", "ademamix": "ademamix",
    "adopt": "adopt", "cocob": "cocob", "galore": "galore", "madgrad": "madgrad", "muon": "muon",
    "simplified_ademamix": "simplified_ademamix",
}  # fmt: skip


def unknown(found, covered, left_out):
    """The names that are neither a rule here nor left out for a reason."""
    return sorted(set(found) - set(covered) - set(left_out))


def transformations(module):
    """The public functions of optax that make a gradient transformation, by what they say they return."""
    found = []
    for name, value in vars(module).items():
        if name.startswith("_") or not inspect.isfunction(value):
            continue
        said = str(inspect.signature(value).return_annotation)
        if "GradientTransformation" in said or "MultiSteps" in said:
            found.append(name)
    return found


def test_every_optimizer_of_torch_is_a_rule_here_with_all_its_arguments(torch):
    classes = {name: value for name, value in vars(torch.optim).items() if inspect.isclass(value)}
    assert unknown(classes, TORCH, {"Optimizer"}) == []
    for name, rules in TORCH.items():
        fields = {field for rule in rules for field in field_hints(ls.optimizers.REGISTRY.get(rule))}
        for argument in set(inspect.signature(classes[name]).parameters) - {"params"} - set(FLAGS):
            assert argument in OF_FIELDS & fields, f"{name}: {argument} is neither a field nor accounted for"


def test_every_transformation_of_optax_is_a_rule_here_or_left_out_for_a_reason(optax):
    from optax import contrib

    found = [*transformations(optax), *transformations(contrib)]
    assert len(found) > 90
    covered = {*OPTAX, *(PART + name for name in PARTS)}
    assert unknown(found, covered, LEFT_OUT) == []


def test_every_rule_that_is_said_to_cover_another_exists_and_every_twin_is_said():
    names = set(ls.optimizers.names())
    assert {rule for rules in (*TORCH.values(), *OPTAX.values()) for rule in rules} | set(PARTS.values()) <= names
    assert set(TWINS) <= {rule for rules in TORCH.values() for rule in rules}


def test_the_inventory_finds_a_new_optimizer():
    assert unknown([*OPTAX, "a_rule_of_next_year"], OPTAX, LEFT_OUT) == ["a_rule_of_next_year"]


@pytest.mark.parametrize("name", sorted(set(TWINS)))
def test_to_maximise_is_to_turn_the_gradients_sign(name, torch):
    rng = np.random.default_rng(5)
    fields, given = hyper_parameters(name, rng), gradients(rng, 20)
    if "weight_decay" in fields:
        fields["weight_decay"] = 0.01
    start = rng.uniform(-2.0, 2.0, 6)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        params = torch.tensor(start)
        twin = getattr(torch.optim, TWINS[name][0])([params], maximize=True, **torch_arguments(name, fields))
        path = []
        for gradient in torch.tensor(given):
            params.grad = gradient.to_sparse() if name == "sparse_adam" else gradient
            twin.step()
            path.append(params.numpy().copy())
    finally:
        torch.set_default_dtype(before)
    rule = ls.optimizer(name, **fields)
    p, state = start, rule.init(start)
    for t, gradient in enumerate(given):
        p, state = rule.apply(p, -gradient, state, rule.lr)
        assert np.max(np.abs(p - path[t]) / np.max(np.abs(path[: t + 1]), axis=0)) < 1e-12
