"""Only the owner of a share can have approved it: the key from an approval to its share carries the person."""

from django.db import migrations

from accounts.walls import NobodyActs

FORWARDS = """
    ALTER TABLE campaigns_share
        ADD CONSTRAINT campaigns_share_owner_key UNIQUE (organization_id, id, member_id);
    ALTER TABLE campaigns_approval
        ADD CONSTRAINT campaigns_approval_by_owner FOREIGN KEY (organization_id, share_id, member_id)
            REFERENCES campaigns_share (organization_id, id, member_id);
"""
BACKWARDS = """
    ALTER TABLE campaigns_approval DROP CONSTRAINT campaigns_approval_by_owner;
    ALTER TABLE campaigns_share DROP CONSTRAINT campaigns_share_owner_key;
"""


class Migration(migrations.Migration):

    dependencies = [('campaigns', '0003_destinations_and_held_index')]

    operations = [NobodyActs(), migrations.RunSQL(FORWARDS, BACKWARDS)]
