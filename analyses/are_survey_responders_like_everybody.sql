-- Are survey responders like everybody?
--
-- Read: a trait that is more frequent among those who answered says that satisfaction is measured on other contacts than
--   you have. If they differ from the silent, customers choose; if only from all, the choice of whom to invite does.
-- Beware: only what is seen of a contact is compared; mood is not. Of nine traits one often misses 0 by chance, so a bias is
--   a difference of three standard errors. Served contacts of the last twelve months; those whose survey is still open
--   are left out.
-- KPIs: survey_response_rate
-- Columns:
--   trait: what the contact was
--   n: contacts whose survey was answered in time
--   n_silent: contacts whose survey was delivered and not answered
--   n_all: served contacts, surveyed or not
--   share, share_silent, share_all: how many of each had the trait
--   difference, ci_low, ci_high: share less share_silent, with the 95 % interval
--   difference_to_all: share less share_all
--   is_biased: difference or difference_to_all is beyond three standard errors
with

surveyed as (
    select
        conversation_id,
        bool_or(is_answered and not is_late) as is_answered,
        bool_or(is_delivered) as is_delivered,
        bool_and(is_closed) as is_closed
    from core.fct_survey_responses
    where conversation_id is not null
    group by conversation_id
),

traits as (
    select
        trait.trait,
        trait.has_it,
        coalesce(surveyed.is_answered, false) as is_answered,
        coalesce(surveyed.is_delivered and not surveyed.is_answered, false) as is_silent
    from core.fct_conversations as contacts
    left join surveyed on surveyed.conversation_id = contacts.conversation_id
    cross join lateral (
        values
        ('resolved', contacts.is_resolved),
        ('resolved at first contact', contacts.fcr_48h),
        ('came back within 7 days', contacts.repeats_within_7d),
        ('escalated', contacts.is_escalated),
        ('served by a bot alone', contacts.responder = 'bot'),
        ('by telephone', contacts.channel = 'phone'),
        ('by e-mail', contacts.channel = 'email'),
        ('answered within 10 minutes', contacts.first_response_seconds <= 600),
        ('outside opening hours', not contacts.is_started_in_hours)
    ) as trait (trait, has_it)
    where
        contacts.is_countable and contacts.is_served and trait.has_it is not null
        and contacts.started_at > (select max(runs.as_of) from quality.runs) - interval 12 month
        and coalesce(surveyed.is_closed, true)
),

shares as (
    select
        trait,
        count(*) filter (where is_answered) as n,
        count(*) filter (where is_silent) as n_silent,
        count(*) as n_all,
        avg(has_it::integer) filter (where is_answered) as share,
        avg(has_it::integer) filter (where is_silent) as share_silent,
        avg(has_it::integer) as share_all
    from traits
    group by trait
),

errors as (
    select
        *,
        sqrt(share * (1 - share) / n + share_silent * (1 - share_silent) / n_silent) as error,
        sqrt(share_all * (1 - share_all) / n) as error_to_all
    from shares
    where n > 0 and n_silent > 0
)

select
    trait,
    n,
    n_silent,
    n_all,
    share,
    share_silent,
    share_all,
    share - share_silent as difference,
    share - share_silent - 1.96 * error as ci_low,
    share - share_silent + 1.96 * error as ci_high,
    share - share_all as difference_to_all,
    abs(share - share_silent) > 3 * error or abs(share - share_all) > 3 * error_to_all as is_biased
from errors
order by is_biased desc, abs(share - share_silent) / nullif(error, 0) desc;
