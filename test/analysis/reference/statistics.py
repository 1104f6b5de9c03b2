"""Reference figures for the analysis, from SciPy and plain enumeration. Prints the JSON beside this file:

    python statistics.py > statistics.json
"""
import itertools
import json
import sys

import numpy as np
import scipy
from scipy import optimize, stats

rng = np.random.default_rng(20260420)


def sign_flip(d):
    d = np.asarray(d)
    signs = np.array(list(itertools.product((-1, 1), repeat=len(d))))
    sums = np.abs(signs @ d)
    return float(np.mean(sums >= abs(d.sum()) - 1e-12 * np.abs(d).sum()))


def scalability():
    """Throughput over virtual users, SPEC SDM91, as in the R package usl; least squares of relative errors."""
    units = np.array([1, 18, 36, 72, 108, 144, 216.0])
    per_second = np.array([64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2])
    residuals = lambda x: 1 - per_second * (1 + x[1] * (units - 1) + x[2] * units * (units - 1)) / (x[0] * units)
    fit = optimize.least_squares(residuals, [60, 0.02, 1e-4], x_scale=[60, 0.01, 1e-4], xtol=1e-15, ftol=1e-15, gtol=1e-15)
    return {"units": units.tolist(), "perSecond": per_second.tolist(), "fit": fit.x.tolist()}


def walsh(d, alpha):
    """Level by enumeration of all sign assignments of the ranks, not by the recursion under test."""
    n = len(d)
    ranks = np.arange(1, n + 1)
    w = np.array(list(itertools.product((0, 1), repeat=n))) @ ranks
    averages = np.sort([(d[i] + d[j]) / 2 for i in range(n) for j in range(i, n)])
    k = max([1] + [k for k in range(1, len(averages) // 2 + 1) if 1 - 2 * np.mean(w <= k - 1) >= 1 - alpha])
    return {
        "value": float(np.median(averages)),
        "low": float(averages[k - 1]),
        "high": float(averages[-k]),
        "level": float(1 - 2 * np.mean(w <= k - 1)),
        "n": n,
    }


def t_interval(d, alpha):
    low, high = stats.t.interval(1 - alpha, len(d) - 1, loc=np.mean(d), scale=stats.sem(d))
    return {"value": float(np.mean(d)), "low": float(low), "high": float(high), "level": 1 - alpha, "n": len(d)}


paired = []
for n, shift in [(4, 0.1), (6, -0.3), (8, -1.5), (8, 0.0), (10, 0.05), (12, 0.4)]:
    d = rng.normal(shift, 0.2, n).tolist()
    paired.append(
        {
            "differences": d,
            "signFlipP": sign_flip(d),
            "hodgesLehmann": walsh(d, 0.05),
            "t": t_interval(d, 0.05),
            "wilcoxonP": float(stats.wilcoxon(d, mode="exact").pvalue),
        }
    )

samples = []
for n, m, shift, digits in [(40, 50, 0.0, 2), (200, 180, 0.2, 1), (300, 300, 1.0, 3)]:
    a = np.round(rng.gamma(2, 1, n), digits)
    b = np.round(rng.gamma(2, 1, m) + shift, digits)
    samples.append(
        {
            "a": a.tolist(),
            "b": b.tolist(),
            "mannWhitneyP": float(stats.mannwhitneyu(a, b, method="asymptotic").pvalue),
            "ksP": float(stats.ks_2samp(a, b, method="asymp").pvalue),
        }
    )

two_samples = []
for n, m, shift in [(4, 4, 0.5), (8, 8, 0.1), (6, 9, 0.0)]:
    a = rng.normal(0, 0.1, n)
    b = rng.normal(shift, 0.2, m)
    exact = stats.permutation_test((a, b), lambda x, y: abs(np.mean(x) - np.mean(y)), n_resamples=np.inf, alternative="greater")
    welch = stats.ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    two_samples.append(
        {"a": a.tolist(), "b": b.tolist(), "p": float(exact.pvalue), "low": float(welch.low), "high": float(welch.high)}
    )

p_values = [0.0078125, 0.0078125, 0.0234375, 0.4, 0.0390625, 1.0]
order = np.argsort(p_values, kind="stable")
holm = np.empty(len(p_values))
running = 0.0
for rank, index in enumerate(order):
    running = max(running, min(1.0, (len(p_values) - rank) * p_values[index]))
    holm[index] = running

values = rng.lognormal(4, 0.6, 101)
probabilities = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1]

print(
    json.dumps(
        {
            "provenance": {
                "script": "test/analysis/reference/statistics.py",
                "python": sys.version.split()[0],
                "numpy": np.__version__,
                "scipy": scipy.__version__,
            },
            "paired": paired,
            "samples": samples,
            "twoSamples": two_samples,
            "holm": {"p": p_values, "adjusted": holm.tolist()},
            "quantiles": {
                "values": values.tolist(),
                "p": probabilities,
                "type7": np.quantile(values, probabilities, method="linear").tolist(),
            },
            "scalability": scalability(),
            "distributions": {
                "student": [[p, df, float(stats.t.ppf(p, df))] for p, df in [(0.975, 1), (0.975, 7), (0.9995, 9), (0.6, 40)]],
                "studentTails": [[t, df, float(2 * stats.t.sf(abs(t), df))] for t, df in [(2.1, 7), (-4.5, 19)]],
                "chiSquareAbove": [[x, df, float(stats.chi2.sf(x, df))] for x, df in [(3, 2), (900, 1000), (1150, 1000)]],
                "normal": [[z, float(stats.norm.cdf(z))] for z in [-5, -1.96, 0, 2.5]],
                "kolmogorov": [[d, n, float(stats.kstwo.sf(d, n))] for d, n in [(0.2, 40), (0.3, 40), (0.05, 1000), (0.07, 1000)]],
            },
        },
        indent=1,
    )
)
