"""Tells three species of penguins apart by their measurements.

Multinomial logistic regression, trained by plain gradient descent with nothing but the standard library (3.9 or
newer). The same parameters give the same model.json, byte for byte.

    python3 train.py --lr 0.05 --epochs 2000

Exit status: 0 trained, 1 the data could not be read or the model not written, 2 bad arguments.
"""

import argparse
import csv
import json
import math
import os
import random
import sys
import time

FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
TEST_SHARE = 0.25
SPLIT_SEED = 2020
REPORTS = 20  # how many times a run reports its progress


def learning_rate(text):
    value = float(text)
    if not 0 < value <= 1:  # also refuses nan
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return value


def epoch_count(text):
    value = int(text)
    if not 1 <= value <= 100_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 100000")
    return value


def parse_arguments():
    parser = argparse.ArgumentParser(description="Train a penguin classifier.")
    parser.add_argument("--lr", type=learning_rate, default=0.05, help="learning rate, above 0 and at most 1")
    parser.add_argument("--epochs", type=epoch_count, default=2000, help="passes over the training set")
    return parser.parse_args()


def read_penguins(path):
    """The measured penguins as (features, species) pairs, in the order of the file."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if all(row[name] != "NA" for name in FEATURES)]
    return [([float(row[name]) for name in FEATURES], row["species"]) for row in rows]


def split(penguins):
    """Training and test set. The seed is fixed, so that runs differ by their parameters alone."""
    shuffled = list(penguins)
    random.Random(SPLIT_SEED).shuffle(shuffled)
    test_size = round(len(shuffled) * TEST_SHARE)
    return shuffled[test_size:], shuffled[:test_size]


def scale_of(rows):
    """Mean and standard deviation of each feature: millimetres and grams cannot share one learning rate."""
    columns = list(zip(*rows))
    means = [math.fsum(column) / len(column) for column in columns]
    deviations = [
        math.sqrt(math.fsum((x - mean) ** 2 for x in column) / len(column)) for column, mean in zip(columns, means)
    ]
    return means, deviations


def standardised(row, means, deviations):
    """The features around 0, and a constant 1 that carries the bias."""
    return [(x - mean) / deviation for x, mean, deviation in zip(row, means, deviations)] + [1.0]


def probabilities(weights, row):
    scores = [sum(w * x for w, x in zip(line, row)) for line in weights]
    highest = max(scores)  # subtracted, so that exp cannot overflow
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def descend(weights, samples, lr):
    """One pass over the training set: moves the weights and returns the loss before the move."""
    gradient = [[0.0] * len(line) for line in weights]
    loss = 0.0
    for row, label in samples:
        guess = probabilities(weights, row)
        loss -= math.log(max(guess[label], 1e-300))
        for k, line in enumerate(gradient):
            error = guess[k] - (1.0 if k == label else 0.0)
            for j, x in enumerate(row):
                line[j] += error * x
    for line, slope in zip(weights, gradient):
        for j, g in enumerate(slope):
            line[j] -= lr * g / len(samples)
    return loss / len(samples)


def accuracy(weights, samples):
    hits = sum(1 for row, label in samples if max_index(probabilities(weights, row)) == label)
    return hits / len(samples)


def max_index(values):
    return max(range(len(values)), key=values.__getitem__)


def report(metrics_path, epoch, loss, score):
    """One line for the reader of the log, and one for the metrics file where Slipway asks for it."""
    print(f"epoch {epoch:>6}  loss {loss:.4f}  test accuracy {score:.3f}", flush=True)
    if metrics_path:
        with open(metrics_path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"epoch": epoch, "loss": round(loss, 6), "accuracy": round(score, 6)}) + "\n")


def write_model(folder, model):
    """Under another name first: who finds a model.json finds a whole one."""
    path = os.path.join(folder, "model.json")
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(model, file, indent=2, sort_keys=True)
        file.write("\n")
    os.replace(path + ".part", path)
    return path


def train(arguments):
    started = time.monotonic()
    here = os.path.dirname(os.path.abspath(__file__))
    training, test = split(read_penguins(os.path.join(here, "penguins.csv")))
    species = sorted({name for _, name in training})
    means, deviations = scale_of([row for row, _ in training])
    train_samples, test_samples = (
        [(standardised(row, means, deviations), species.index(name)) for row, name in part]
        for part in (training, test)
    )
    print(f"{len(training)} penguins to learn from, {len(test)} to test with: {', '.join(species)}")
    print(f"lr {arguments.lr}, {arguments.epochs} epochs", flush=True)

    weights = [[0.0] * (len(FEATURES) + 1) for _ in species]
    interval = max(1, arguments.epochs // REPORTS)
    score = 0.0
    for epoch in range(1, arguments.epochs + 1):
        loss = descend(weights, train_samples, arguments.lr)
        if epoch % interval == 0 or epoch == arguments.epochs:
            score = accuracy(weights, test_samples)
            report(os.environ.get("SLIPWAY_METRICS"), epoch, loss, score)

    model = {
        "accuracy": round(score, 6),
        "features": FEATURES,
        "means": [round(x, 6) for x in means],
        "deviations": [round(x, 6) for x in deviations],
        "parameters": {"epochs": arguments.epochs, "lr": arguments.lr},
        "species": species,
        "weights": [[round(x, 6) for x in line] for line in weights],
    }
    path = write_model(os.environ.get("SLIPWAY_OUTPUTS", "."), model)
    print(f"test accuracy {score:.3f} after {time.monotonic() - started:.1f} s, model in {path}")


if __name__ == "__main__":
    try:
        train(parse_arguments())
    except OSError as error:
        sys.exit(f"train.py: {error}")
