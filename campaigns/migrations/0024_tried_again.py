"""When a form of a file was last tried; and uploads that were under way when pieces got hashes: nobody can join theirs.

What is on its way begins anew, what was to be opened says that it was lost. The columns are rewritten with their type,
since no organization acts here and its rows are hidden.
"""

import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Now

WITHOUT_HASHES = """
    ALTER TABLE campaigns_mediaupload
        ALTER COLUMN received TYPE bigint
            USING CASE WHEN pieces = '{}' AND state = 'receiving' THEN 0 ELSE received END,
        ALTER COLUMN reason TYPE varchar(20)
            USING CASE WHEN pieces = '{}' AND state = 'preparing' THEN 'lost' ELSE reason END,
        ALTER COLUMN state TYPE varchar(10)
            USING CASE WHEN pieces = '{}' AND state = 'preparing' THEN 'refused' ELSE state END;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0023_renditions")]

    operations = [
        migrations.AddField(
            "rendition", "tried_at", models.DateTimeField(default=django.utils.timezone.now, db_default=Now())
        ),
        migrations.RunSQL(WITHOUT_HASHES, migrations.RunSQL.noop),
    ]
