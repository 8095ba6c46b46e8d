"""Trains Debian's XGBoost on float32 files as often as a line comes in, and answers CPU seconds and test error."""

import json
import sys
import time

import numpy as np
import xgboost as xgb

with open(sys.argv[1]) as file:
    job = json.load(file)
columns = job["columns"]
rows = np.fromfile(job["rows"], dtype="<f4").reshape(-1, columns)
targets = np.fromfile(job["targets"], dtype="<f4")
test_rows = np.fromfile(job["testRows"], dtype="<f4").reshape(-1, columns)
test_targets = np.fromfile(job["testTargets"], dtype="<f4")
for line in sys.stdin:
    started = time.process_time()
    data = xgb.DMatrix(rows, label=targets, nthread=1)
    booster = xgb.train({"tree_method": "hist", "nthread": 1, **json.loads(line)}, data, job["trees"])
    seconds = time.process_time() - started
    predictions = booster.predict(xgb.DMatrix(test_rows, nthread=1))
    rmse = float(np.sqrt(np.mean((predictions - test_targets) ** 2)))
    print(json.dumps({"version": xgb.__version__, "seconds": seconds, "rmse": rmse}), flush=True)
