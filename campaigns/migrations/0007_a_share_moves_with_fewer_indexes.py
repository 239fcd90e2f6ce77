"""Drops the indexes of foreign keys that nothing asks: each move of a share wrote all of them.

By name and not by AlterField, which would make the foreign keys anew and check them over all companies at once.
"""

import django.db.models.deletion
from django.db import migrations, models

INDEXES = {
    "campaigns_share_approval_id_a61ddaad": "(approval_id)",
    "campaigns_share_campaign_id_565b5e69": "(campaign_id)",
    "campaigns_share_connection_id_690f41c6": "(connection_id)",
    "campaigns_share_item_id_68372003": "(item_id)",
    "campaigns_share_link_code_id_8748b6e0": "(link_code_id)",
    "campaigns_share_link_code_id_8748b6e0_like": "(link_code_id varchar_pattern_ops)",
    "campaigns_share_member_id_8e516dc4": "(member_id)",
}
FIELDS = {
    "approval": ("campaigns.approval", "+", True),
    "campaign": ("campaigns.campaign", "shares", False),
    "connection": ("integrations.connection", "shares", True),
    "item": ("campaigns.item", "shares", False),
    "link_code": ("campaigns.linkcode", "+", True),
    "member": ("accounts.member", "shares", False),
}


def without_index(name: str) -> migrations.AlterField:
    to, related_name, null = FIELDS[name]
    field = models.ForeignKey(
        db_index=False, null=null, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to
    )
    return migrations.AlterField(model_name="share", name=name, field=field)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_given_up_errands"),
        ("campaigns", "0006_figures_from_small_indexes"),
        ("integrations", "0004_grant_clocks"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX {name}", f"CREATE INDEX {name} ON campaigns_share {columns}")
                for name, columns in INDEXES.items()
            ],
            state_operations=[without_index(name) for name in FIELDS],
        )
    ]
