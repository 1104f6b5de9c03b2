"""The same quantiles and tests as the analysis, by pandas and SciPy, for speed and memory side by side.

    python bench/analysis/pandas_scipy.py DIRECTORY
"""
import itertools
import json
import pathlib
import resource
import sys
import time

import numpy as np
import pandas as pd
from scipy import stats

directory = pathlib.Path(sys.argv[1])
started = time.perf_counter()
plan = json.loads((directory / "plan.json").read_text())
frames = []
for trial in plan["trials"]:
    frame = pd.read_parquet(
        directory / "trials" / trial["id"] / "samples.parquet", columns=["scheduledMs", "completedMs", "outcome"]
    )
    response = (frame.completedMs - frame.scheduledMs).where(frame.outcome == "ok", np.inf)
    frames.append(pd.DataFrame({"response": response}).assign(**{k: trial[k] for k in ("block", "variant", "arm", "scenario")}))
samples = pd.concat(frames, ignore_index=True)
for key in ("variant", "arm", "scenario"):
    samples[key] = samples[key].astype("category")
keys = ["scenario", "variant", "arm", "block"]
figures = samples.groupby(keys, observed=True).response.quantile([0.5, 0.95, 0.99]).unstack()
figures["mean"] = samples.groupby(keys, observed=True).response.mean()

signs = np.array(list(itertools.product((-1, 1), repeat=plan["study"]["blocks"])))
for scenario in figures.index.unique("scenario"):
    base = figures.loc[(scenario, "baseline", "main")]
    pooled_base = samples.query("scenario == @scenario and variant == 'baseline' and arm == 'main'").response
    for variant in plan["study"]["variants"]:
        other = figures.loc[(scenario, variant, "main")]
        pooled = samples.query("scenario == @scenario and variant == @variant").response
        naive = stats.mannwhitneyu(pooled_base, pooled).pvalue, stats.ks_2samp(pooled_base, pooled, method="asymp").pvalue
        for metric in figures.columns:
            d = np.log(other[metric] / base[metric]).to_numpy()
            p = np.mean(np.abs(signs @ d) >= abs(d.sum()) - 1e-12)
            print(f"{scenario}/{variant}/{metric}: {np.exp(d.mean()):.4f}x, sign-flip p {p:.4f}, naive {naive[0]:.2g} {naive[1]:.2g}")
seconds = time.perf_counter() - started
print(f"pandas + SciPy: {len(samples)} samples in {seconds:.1f} s, {len(samples) / seconds:.0f} samples/s")
print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
