{#-
    Which conversation an invitation asks about: the one it names, else the customer's last one before it. Both joins have the
    invitations on the right, where a join is built: they are fewer, and the conversations only pass.
-#}
with

surveys as (
    select
        *,
        {{ stable_id(['source_system', 'survey_id', 'question']) }} as survey_response_id,
        {{ identifier('id', ['source_system', 'customer_id']) }} as id_identifier,
        {{ identifier('email', ['customer_email']) }} as email_identifier,
        {{ identifier('phone', ['customer_phone']) }} as phone_identifier
    from {{ ref('int_surveys_accepted') }}
),

conversations as (
    select * from {{ ref('int_conversations_identified') }}
),

identified as (
    select
        surveys.*,
        customers.customer_id as matched_customer_id
    from surveys
    {{ join_shared_identifiers('surveys') }}
    left join {{ ref('int_customers_matched') }} as customers
        on customers.identifier = {{ firmest_identifier('surveys') }}
),

-- A ticket that came back to life holds several conversations: the one of the invitation's moment counts.
named as (
    select
        identified.survey_response_id,
        conversations.conversation_id,
        row_number() over (
            partition by identified.survey_response_id
            order by
                case when conversations.started_at <= identified.sent_at then 0 else 1 end asc,
                conversations.conversation_seq desc
        ) as preference
    from conversations
    inner join identified
        on
            identified.conversation_type = conversations.source_type
            and identified.conversation_source_system = conversations.source_system
            and identified.conversation_id = conversations.source_conversation_id
),

nearest as (
    select
        identified.survey_response_id,
        conversations.conversation_id,
        row_number() over (
            partition by identified.survey_response_id
            order by conversations.ended_at desc, conversations.conversation_id asc
        ) as preference
    from conversations
    inner join identified
        on
            identified.matched_customer_id = conversations.customer_id
            and identified.sent_at >= conversations.ended_at
            and {{ hours_after('identified.sent_at', -1 * var('survey_attribution_hours')) }} <= conversations.ended_at
    where identified.conversation_id is null
)

select
    identified.*,
    coalesce(named.conversation_id, nearest.conversation_id) as attributed_conversation_id,
    case
        when named.conversation_id is not null then 'named'
        when nearest.conversation_id is not null then 'nearest'
        else 'none'
    end as attribution
from identified
left join named
    on
        named.survey_response_id = identified.survey_response_id
        and named.preference = 1
left join nearest
    on
        nearest.survey_response_id = identified.survey_response_id
        and nearest.preference = 1
