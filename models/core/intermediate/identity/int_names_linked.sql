select distinct
    seen.first_name as one,
    named.name as other
from {{ ref('int_identifiers_seen') }} as seen
inner join {{ ref('int_identifiers_named') }} as named on named.identifier = seen.identifier
where seen.first_name <> named.name
