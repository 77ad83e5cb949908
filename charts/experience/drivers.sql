-- Of two levels that mirror each other, the one that says yes.
select
    concat(replace(driver, '_', ' '), case level when 'yes' then '' else ': ' || replace(level, '_', ' ') end) as label,
    adjusted_difference as value,
    adjusted_difference_ci_low as low,
    adjusted_difference_ci_high as high,
    n
from marts.csat_drivers
where not is_small_n and level <> 'no' and adjusted_difference is not null
order by value desc
