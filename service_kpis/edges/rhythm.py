"""When a source's rows come: a shift of its hours or weekdays from one month to the next.

An export that changes its time zone moves every hour of day, waiting time and calendar day, and no column's
words, filled share or level shows it. A month is compared with the month before it of the same source.
"""

ENOUGH_ROWS = 500
"""Rows of a month below which its 24 hours say nothing: at 500 chance alone moves an eighth of them."""

ENOUGH_DAYS = 14
"""Days with rows below which they say nothing: a landing may begin on a month's last one."""


def hours_moved(relation: str, instant: str, as_of: str, moved_share: float) -> str:
    """SQL for the months whose hours of day are not the month before's, summer time allowed.

    `fits_moved_by_hours` is the shift after which they are.
    """
    compared = _compared(relation, instant, as_of, f"extract(hour from {instant})", 24)
    return f"""
    {compared},
    summer as (
        select source_system, month, min(share) as share
        from moved where shift in (0, 1, 23) group by all
    ),
    best as (
        select source_system, month, arg_min(shift, share) as shift, min(share) as share
        from moved where shift not in (0, 1, 23) group by all
    )
    select
        source_system, left(cast(summer.month as varchar), 7) as month, round(summer.share, 2) as share_moved,
        case
            when best.share < summer.share / 2 then best.shift - case when best.shift > 12 then 24 else 0 end
        end as fits_moved_by_hours
    from summer inner join best using (source_system, month)
    where summer.share > {moved_share}
    order by month desc, source_system
    """


def weekdays_moved(relation: str, instant: str, as_of: str, moved_share: float) -> str:
    """SQL for the months whose weekdays are not mixed as in the month before."""
    return f"""
    {_compared(relation, instant, as_of, f"extract(dow from {instant})", 7)}
    select source_system, left(cast(month as varchar), 7) as month, round(share, 2) as share_moved
    from moved
    where shift = 0 and share > {moved_share}
    order by month desc, source_system
    """


def _compared(relation: str, instant: str, as_of: str, part: str, parts: int) -> str:
    """SQL of `moved`: by source, month and shift, the share of rows that came elsewhere the month before."""
    return f"""
    with
    counted as (
        select source_system, date_trunc('month', {instant}) as month, {part} as part, count(*) as row_count
        from {relation}
        where {instant} <= '{as_of}'
        group by all
    ),
    months as (
        select source_system, date_trunc('month', {instant}) as month, count(*) as row_count
        from {relation}
        where {instant} <= '{as_of}'
        group by all
        having count(*) >= {ENOUGH_ROWS} and count(distinct {instant}::date) >= {ENOUGH_DAYS}
    ),
    shares as (
        select
            months.source_system, months.month, parts.part,
            coalesce(counted.row_count, 0) / months.row_count as share
        from months
        cross join (select unnest(range({parts})) as part) as parts
        left join counted
            on months.source_system is not distinct from counted.source_system
            and months.month = counted.month and parts.part = counted.part
    ),
    pairs as (
        select
            source_system, month, lag(month) over (partition by source_system order by month) as month_before
        from months
    ),
    moved as (
        select
            coalesce(pairs.source_system, 'a source without a name') as source_system,
            pairs.month, shifts.shift,
            sum(abs(now.share - before.share)) / 2 as share
        from pairs
        cross join (select unnest(range({parts})) as shift) as shifts
        inner join shares as now
            on pairs.source_system is not distinct from now.source_system and pairs.month = now.month
        inner join shares as before
            on pairs.source_system is not distinct from before.source_system
            and pairs.month_before = before.month
            and now.part = mod(before.part + shifts.shift, {parts})
        group by all
    )"""
