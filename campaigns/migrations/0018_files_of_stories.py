"""Videos, GIFs and PDFs of stories, and how they come here."""

import accounts.identifiers
import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall


def _same_organization(table: str, column: str) -> migrations.RunSQL:
    name = f"{table}_{column}_same_org"
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table}
            ADD CONSTRAINT {name} FOREIGN KEY (organization_id, {column})
                REFERENCES campaigns_media (organization_id, id) DEFERRABLE INITIALLY DEFERRED;
        """,
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_avoided_words'),
        ('campaigns', '0017_clicks_and_followers'),
    ]

    operations = [
        NobodyActs(),
        migrations.AddField(model_name='media', name='seconds', field=models.PositiveIntegerField(default=0)),
        migrations.AddField(model_name='media', name='pages', field=models.PositiveIntegerField(default=0)),
        migrations.AddField(
            model_name='media',
            name='poster',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.media'),
        ),
        migrations.AddField(
            model_name='item',
            name='file',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.media'),
        ),
        migrations.CreateModel(
            name='MediaUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=accounts.identifiers.new_public_id, max_length=16)),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('alt_text', models.CharField(blank=True, max_length=1000)),
                ('bytes', models.PositiveBigIntegerField()),
                ('received', models.PositiveBigIntegerField(default=0)),
                ('pieces', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('receiving', 'On its way'), ('preparing', 'Being made ready'), ('ready', 'Ready'), ('refused', 'Not taken')], default='receiving', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uploads', to='campaigns.item')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'state', 'updated_at'], name='uploads_left')],
                'constraints': [
                    models.UniqueConstraint(fields=('organization', 'public_id'), name='upload_public_id'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['receiving', 'preparing', 'ready', 'refused'])), name='upload_state_known'),
                    models.CheckConstraint(condition=models.Q(('received__lte', models.F('bytes'))), name='upload_not_past_its_end'),
                ],
            },
        ),
        _same_organization('campaigns_media', 'poster_id'),
        _same_organization('campaigns_item', 'file_id'),
        TenantWalls({"MediaUpload": Wall()}),
    ]
