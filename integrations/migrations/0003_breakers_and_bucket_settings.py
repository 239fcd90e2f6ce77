"""Circuit breakers; and buckets take their figures from the settings unless their row names others."""

from django.db import migrations, models

from accounts.walls import GrantEngine

# What the claim used to write into every new row; such a row follows the settings from now on.
FORMER_FIGURES = ((400, 40), (200, 10), (10, 1 / 60))


def follow_the_settings(apps, schema_editor):
    bucket = apps.get_model("integrations", "Bucket")
    for capacity, refill in FORMER_FIGURES:
        bucket.objects.filter(capacity=capacity, refill_per_second=refill).update(capacity=None, refill_per_second=None)


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0002_connection_face'),
    ]

    operations = [
        migrations.CreateModel(
            name='Breaker',
            fields=[
                ('scope', models.CharField(max_length=240, primary_key=True, serialize=False)),
                ('network', models.CharField(max_length=20)),
                ('server', models.CharField(blank=True, max_length=200)),
                ('state', models.CharField(choices=[('closed', 'closed'), ('open', 'open'), ('recovering', 'recovering')], default='closed', max_length=12)),
                ('recent', models.JSONField(default=dict)),
                ('since', models.DateTimeField(null=True)),
                ('retry_at', models.DateTimeField(null=True)),
                ('pauses', models.PositiveIntegerField(default=0)),
                ('steady_rate', models.FloatField(default=0)),
                ('rate', models.FloatField(default=0)),
                ('tokens', models.FloatField(default=0)),
                ('refilled_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['network', 'server'], name='circuit_not_closed')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('state__in', ['closed', 'open', 'recovering'])), name='circuit_state_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), _negated=True), ('retry_at__isnull', False), _connector='OR'), name='open_circuit_has_clock'),
                ],
            },
        ),
        migrations.AlterField(
            model_name='bucket',
            name='capacity',
            field=models.FloatField(null=True),
        ),
        migrations.AlterField(
            model_name='bucket',
            name='refill_per_second',
            field=models.FloatField(null=True),
        ),
        migrations.RunPython(follow_the_settings, migrations.RunPython.noop),
        GrantEngine("SELECT, UPDATE", ["Breaker"]),
    ]
