select *
from quality.landed_files
order by table_name, file_name
