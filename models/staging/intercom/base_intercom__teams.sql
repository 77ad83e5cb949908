select
    source_system,
    team_id,
    max(team) as team
from (
    {% for table in ['team', 'teams'] %}
    select
        t.source_system,
        t.team_id,
        t.team
    from {{ vendor_table('intercom', table) }} as t
    {{ 'union all' if not loop.last }}
    {% endfor %}
) as landed
group by source_system, team_id
