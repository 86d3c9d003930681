"""`python -m danvan_analysis` is the same as `danvan`."""

from danvan_analysis.cli import main

if __name__ == "__main__":
    main()
