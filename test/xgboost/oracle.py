"""Trains, or loads, one XGBoost model and says what it predicts: the truth that Foresail's boosting is held to.

Usage: oracle.py JOB.json. The job names float32 files (rows, targets, offsets), either `parameters` to train with and a
file to save the model in, or a model to load, and where to write predictions, margins and contributions as float32.
"""

import json
import sys

import numpy as np
import xgboost as xgb

with open(sys.argv[1]) as file:
    job = json.load(file)


def floats(name):
    return np.fromfile(job[name], dtype="<f4") if job.get(name) else None


rows = floats("rows").reshape(-1, job["columns"])
offsets = floats("offsets")
data = xgb.DMatrix(rows, label=floats("targets"), nthread=1)
if offsets is not None:
    data.set_base_margin(offsets)
if job.get("parameters") is not None:
    booster = xgb.train({"nthread": 1, **job["parameters"]}, data, job["trees"])
    booster.save_model(job["model"])
else:
    booster = xgb.Booster({"nthread": 1}, model_file=job["model"])
for name, result in {
    "predictions": booster.predict(data),
    "margins": booster.predict(data, output_margin=True),
    "contributions": booster.predict(data, pred_contribs=True),
}.items():
    np.asarray(result, dtype="<f4").tofile(job[name])
print(xgb.__version__)
