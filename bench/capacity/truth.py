"""
The rates that bench/capacity measures against: the highest at which at most 1 % of the steady state is late. Other code than ours.

    python3 -m venv v && v/bin/pip install numpy scipy && v/bin/python bench/capacity/truth.py > bench/capacity/truth.json

M/M/1 and M/M/2 by closed form. Constant service times by the stationary law of W' = max(0, W + S - A) on a lattice, iterated
with fast Fourier transforms; of two servers each gets every second arrival, gaps Gamma(2). Two steps, extrapolated.
"""

import json
import sys
from math import ceil, exp, log, log2

import numpy as np
from scipy.optimize import brentq
from scipy.stats import gamma

SERVICE = 20.0
LIMITS = (300, 500, 1000)
laws = {}


def late(load, shape, limit, step):
    """Share beyond the limit; gaps Gamma(shape) of mean SERVICE / load before one server."""
    mean = SERVICE / load
    cells = int(4 * limit / step)
    length = 2 << int(ceil(log2(3 * cells)))
    below = gamma.cdf((np.arange(2 * cells) + 0.5) * step, shape, scale=mean / shape)
    gaps = np.diff(np.concatenate([[0], below]))
    gaps[-1] += 1 - below[-1]
    transformed = np.fft.rfft(gaps[::-1], length)
    zero = len(gaps) - 1 - int(round(SERVICE / step))
    key = (shape, limit, step)
    law = laws.get(key)
    if law is None:
        law = np.zeros(cells)
        law[0] = 1
    for _ in range(200_000):
        moved = np.fft.irfft(np.fft.rfft(law, length) * transformed, length)
        after = np.maximum(moved[zero : zero + cells], 0)
        after[0] = max(0, moved[: zero + 1].sum())
        after /= after.sum()
        change = np.abs(after - law).sum()
        law = after
        if change < 1e-8:
            break
    laws[key] = law
    at = int(round((limit - SERVICE) / step))
    return law[at + 1 :].sum() + 0.5 * law[at]


def constant(shape, servers, limit, low):
    def load(step):
        miss = lambda x: log(max(1e-12, late(x, shape, limit, step))) - log(0.01)
        return brentq(miss, low, 0.99, xtol=2e-5)

    coarse, fine = load(1.0), load(0.5)
    return (4 * fine - coarse) / 3 * servers * 1000 / SERVICE


def two_exponential(limit):
    mu = 1 / SERVICE

    def miss(rate):
        rho = rate / (2 * mu)
        waits = 2 * rho * rho / (1 + rho)
        theta = 2 * mu - rate
        both = (theta * exp(-mu * limit) - mu * exp(-theta * limit)) / (theta - mu)
        return exp(-mu * limit) * (1 - waits) + waits * both - 0.01

    return 1000 * brentq(miss, 1e-4, 2 * mu * 0.9999)


found = {
    "M/M/1": {limit: 1000 * (1 / SERVICE - log(100) / limit) for limit in LIMITS},
    "M/M/2": {limit: two_exponential(limit) for limit in LIMITS},
}
for name, shape, servers, low in (
    ("M/D/1", 1, 1, 0.5),
    ("M/D/2", 2, 2, 0.6),
    ("gamma cv 2", 1 / 4, 1, 0.2),
    ("gamma cv 4", 1 / 16, 1, 0.005),
):
    found[name] = {limit: constant(shape, servers, limit, low) for limit in LIMITS}
    print(name, found[name], file=sys.stderr)
print(json.dumps(found, indent=2))
