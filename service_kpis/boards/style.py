"""What drawings look like: few colours, light lines, one font."""

INK, MUTED, GRID, PAPER = "#1f2a37", "#556070", "#e4e8ee", "#ffffff"
# Blue, orange, teal, plum, grey, rose, …: told apart in print and by the colour-blind.
SERIES = ["#2f5d8a", "#c8742a", "#3a8f83", "#7d5a99", "#8a94a3", "#b5485d", "#6b8e3d", "#b59a3c", "#4a4f57"]
NAMED = {
    "warn": "#c08a1e",
    "bad": "#b3403a",
    "quiet": "#b9c1cb",
    "blue": SERIES[0],
    "teal": SERIES[2],
}
HEAT = ["#f2f6fa", "#cfdfec", "#9dbfda", "#5d93bf", "#2f6a9c", "#174a75"]
FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

CONFIG = {
    "font": FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "labelFontSize": 12,
        "labelPadding": 6,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": 400,
        "gridColor": GRID,
        "domain": False,
        "ticks": False,
    },
    "legend": {"orient": "top", "title": None, "offset": 4, "labelColor": INK, "labelFontSize": 12},
    "text": {"font": FONT, "fontSize": 12, "fill": INK},
    "rule": {"color": MUTED},
}
