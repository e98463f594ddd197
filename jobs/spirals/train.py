"""Tells three interleaved spirals apart with a small neural network: one hidden layer, trained with NumPy.

The points are made here from a fixed seed, so that there is nothing to download.

    python3 train.py --hidden 32 --epochs 600

Exit status: 0 trained, 1 the model could not be written, 2 bad arguments.
"""

import argparse
import json
import os
import platform
import sys

import numpy as np

ARMS = 3
POINTS_PER_ARM = 200
LEARNING_RATE = 0.5
WEIGHT_DECAY = 1e-3
REPORTS = 20  # how many times a run reports its progress


def between(low, high):
    def parse(text):
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low} and {high}")
        return value

    parse.__name__ = "integer"  # the word that argparse uses when the text is no number
    return parse


def parse_arguments():
    parser = argparse.ArgumentParser(description="Train a classifier of spirals.")
    parser.add_argument("--hidden", type=between(1, 1024), default=32, help="units of the hidden layer")
    parser.add_argument("--epochs", type=between(1, 100_000), default=600, help="passes over the points")
    return parser.parse_args()


def spirals(generator):
    """Points on noisy arms, and the number of the arm each belongs to."""
    radius = np.tile(np.linspace(0.05, 1, POINTS_PER_ARM), ARMS)
    arm = np.repeat(np.arange(ARMS), POINTS_PER_ARM)
    angle = 4 * (arm + radius) + generator.normal(scale=0.15, size=radius.size)
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)]), arm


def forward(points, model):
    hidden = np.maximum(0, points @ model["w1"] + model["b1"])
    scores = hidden @ model["w2"] + model["b2"]
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return hidden, powers / powers.sum(axis=1, keepdims=True)


def descend(points, arm, model):
    """One step over all points: moves the model and returns loss and accuracy before the move."""
    hidden, guess = forward(points, model)
    rows = np.arange(arm.size)
    loss = -np.log(guess[rows, arm]).mean()
    hits = (guess.argmax(axis=1) == arm).mean()

    error = guess
    error[rows, arm] -= 1
    error /= arm.size
    back = (error @ model["w2"].T) * (hidden > 0)
    gradient = {
        "w1": points.T @ back + WEIGHT_DECAY * model["w1"],
        "b1": back.sum(axis=0),
        "w2": hidden.T @ error + WEIGHT_DECAY * model["w2"],
        "b2": error.sum(axis=0),
    }
    for name, slope in gradient.items():
        model[name] -= LEARNING_RATE * slope
    return float(loss), float(hits)


def report(metrics_path, epoch, loss, hits):
    print(f"epoch {epoch:>6}  loss {loss:.4f}  accuracy {hits:.3f}", flush=True)
    if metrics_path:
        with open(metrics_path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"epoch": epoch, "loss": round(loss, 6), "accuracy": round(hits, 6)}) + "\n")


def train(arguments):
    print(f"Python {platform.python_version()}, NumPy {np.__version__}", flush=True)
    generator = np.random.default_rng(7)
    points, arm = spirals(generator)
    model = {
        "w1": generator.normal(size=(2, arguments.hidden)),
        "b1": np.zeros(arguments.hidden),
        "w2": generator.normal(size=(arguments.hidden, ARMS)) / np.sqrt(arguments.hidden),
        "b2": np.zeros(ARMS),
    }
    interval = max(1, arguments.epochs // REPORTS)
    for epoch in range(1, arguments.epochs + 1):
        loss, hits = descend(points, arm, model)
        if epoch % interval == 0 or epoch == arguments.epochs:
            report(os.environ.get("SLIPWAY_METRICS"), epoch, loss, hits)

    path = os.path.join(os.environ.get("SLIPWAY_OUTPUTS", "."), "model.json")
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump({name: np.round(value, 6).tolist() for name, value in model.items()}, file, sort_keys=True)
        file.write("\n")
    os.replace(path + ".part", path)
    print(f"accuracy {hits:.3f}, model in {path}")


if __name__ == "__main__":
    try:
        train(parse_arguments())
    except OSError as error:
        sys.exit(f"train.py: {error}")
