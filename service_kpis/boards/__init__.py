"""The boards: pages for people, drawn from a published warehouse as the folder charts/ says.

Each page holds all that it needs and opens offline. `draw` writes them to the folder `board` beside the
warehouse.
"""

from service_kpis.boards.draw import BoardsFailed, draw, draw_and_report

__all__ = ["BoardsFailed", "draw", "draw_and_report"]
