-- The intervals of macros/kpis/intervals.sql, for sums that a board makes itself.
create temp macro wilson(k, n, side) as
    (k / n + 1.959963985 ** 2 / (2 * n) + side * 1.959963985 * sqrt(k / n * (1 - k / n) / n + 1.959963985 ** 2 / (4 * n * n)))
    / (1 + 1.959963985 ** 2 / n);
create temp macro mean_bound(total, total_squared, n, side) as
    total / n + side * 1.959963985 * sqrt(greatest(total_squared / n - (total / n) ** 2, 0) / n);
