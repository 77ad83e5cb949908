select
    identifier,
    min(first_name) as name
from {{ ref('int_identifiers_seen') }}
group by identifier
