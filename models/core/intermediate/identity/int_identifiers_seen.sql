{#- Kinds sort by their first letter: the least identifier of a contact is the first that is there. -#}
with

identities as (
    select
        identities.id_identifier,
        case when shared_email.shared_identifier is null then identities.email_identifier end as email_identifier,
        case when shared_phone.shared_identifier is null then identities.phone_identifier end as phone_identifier
    from {{ ref('int_contact_identities') }} as identities
    {{ join_shared_identifiers('identities') }}
)

{% for kind in ['id', 'email', 'phone'] -%}
select
    {{ kind }}_identifier as identifier,
    coalesce(id_identifier, email_identifier, phone_identifier) as first_name
from identities
where {{ kind }}_identifier is not null
{{ 'union all' if not loop.last }}
{% endfor %}
