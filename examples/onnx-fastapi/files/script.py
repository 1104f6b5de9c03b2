"""Counts the words of a file."""

import sys
from collections import Counter


def main(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        words = Counter(file.read().lower().split())
    for word, count in words.most_common(10):
        print(f"{count:6} {word}")


if __name__ == "__main__":
    main(sys.argv[1])
