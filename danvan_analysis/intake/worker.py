"""The process that reads files for `read.py`: started as `python -m danvan_analysis.intake.worker`."""

from danvan_analysis.cells.worker import main
from danvan_analysis.intake.read_file import prepare

if __name__ == "__main__":
    main(prepare)
