select
    hour_of_day as x,
    (['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])[iso_weekday] as y,
    required_scheduled as value
from marts.staffing
order by iso_weekday, hour_of_day
