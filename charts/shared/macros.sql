-- The intervals of macros/kpis/intervals.sql, for sums that a board makes itself.
create temp macro wilson(k, n, side) as
    (k / n + 1.959963985 ** 2 / (2 * n) + side * 1.959963985 * sqrt(k / n * (1 - k / n) / n + 1.959963985 ** 2 / (4 * n * n)))
    / (1 + 1.959963985 ** 2 / n);
create temp macro mean_bound(total, total_squared, n, side) as
    total / n + side * 1.959963985 * sqrt(greatest(total_squared / n - (total / n) ** 2, 0) / n);

-- The month that a board shows of each KPI: the newest complete and mature one, else the newest complete one, else the newest.
create temp macro kpi_months(complete_month, mature_from) as table
    select
        kpi_id,
        arg_max(period_start, (is_final, period_start <= complete_month, period_start)) as period_start,
        max(is_final) as is_final
    from (
        select
            *,
            period_start <= complete_month and coalesce(maturity_rate, 1) >= mature_from as is_final
        from marts.kpi_values
        where grain = 'month' and slice = 'all'
    )
    group by kpi_id;
