select * from marts.chats_now
order by team <> 'all', team
