"""What fits whom: kinds, facts, limits, embargo and level of stories; topics and languages people choose; announcements.

A `false` in `praises_product` was a default and nobody's word, so it becomes "not said"; a `true` says that the story
is about the product. The columns are rewritten with their type, since no organization acts here and its rows are hidden.
"""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls import NobodyActs, TenantWalls, Wall

KINDS = [('link', 'Link'), ('text', 'Text'), ('picture', 'Picture'), ('announcement', 'Announcement')]
ABOUT = [('', 'Not said yet'), ('product', 'Our product'), ('people', 'People'), ('knowledge', 'Knowledge'), ('community', 'Community'), ('job', 'Jobs')]
CHOICES = [('', 'Picked up from what you opened'), ('added', 'Added by you'), ('removed', 'Removed by you')]
HELD = [('reconnect', 'The network asks you to connect again'), ('by_hand', 'It is time to post it yourself'), ('late', 'It is late'), ('story_changed', 'The page it links to was changed'), ('approval_changed', 'The post is not what you approved'), ('could_not_tell', 'We could not tell whether it went out'), ('frozen', 'Posting was stopped for a while'), ('not_taking_part', 'You do not take part at present'), ('campaign_closed', 'The campaign has ended'), ('embargo', 'Nothing of this story may go out yet')]

SAID_BEFORE = """
    ALTER TABLE campaigns_item
        ALTER COLUMN about TYPE varchar(10) USING CASE WHEN praises_product THEN 'product' ELSE '' END,
        ALTER COLUMN praises_product TYPE boolean USING NULLIF(praises_product, false);
"""


def _of_a_person(name: str, *fields: tuple[str, models.Field], unique: models.UniqueConstraint) -> migrations.CreateModel:
    own = [
        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
        *fields,
        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.member')),
        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
    ]
    return migrations.CreateModel(name=name, fields=own, options={'constraints': [unique]})


def _of_a_story() -> tuple[tuple[str, models.Field], ...]:
    return (
        ('at', models.DateTimeField(auto_now_add=True)),
        ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.item')),
    )


class Migration(migrations.Migration):
    dependencies = [
        ('accounts', '0005_given_up_errands'),
        ('campaigns', '0007_a_share_moves_with_fewer_indexes'),
    ]

    operations = [
        NobodyActs(),
        migrations.RemoveConstraint(model_name='item', name='item_kind_known'),
        migrations.RemoveConstraint(model_name='skip', name='skip_once'),
        migrations.AddField(
            model_name='item', name='about', field=models.CharField(blank=True, choices=ABOUT, default='', max_length=10)
        ),
        migrations.AddField(model_name='item', name='facts', field=models.TextField(blank=True)),
        migrations.AddField(model_name='item', name='limits', field=models.TextField(blank=True)),
        migrations.AddField(model_name='item', name='embargo_until', field=models.DateTimeField(null=True)),
        migrations.AddField(model_name='item', name='least_posts', field=models.PositiveSmallIntegerField(default=0)),
        migrations.AlterField(model_name='item', name='kind', field=models.CharField(choices=KINDS, max_length=12)),
        migrations.AlterField(model_name='item', name='praises_product', field=models.BooleanField(null=True)),
        migrations.RunSQL(SAID_BEFORE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['link', 'text', 'picture', 'announcement'])), name='item_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('about__in', ['', 'product', 'people', 'knowledge', 'community', 'job'])), name='item_about_known'),
        ),
        migrations.AddField(
            model_name='membertopic', name='choice', field=models.CharField(blank=True, choices=CHOICES, default='', max_length=8)
        ),
        migrations.AddField(model_name='skip', name='undone_at', field=models.DateTimeField(null=True)),
        migrations.AddField(model_name='skip', name='counts', field=models.BooleanField(default=True)),
        migrations.AddField(model_name='skip', name='teaches', field=models.BooleanField(default=True)),
        migrations.AddConstraint(
            model_name='skip',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('member', 'item'), name='one_standing_skip'),
        ),
        migrations.AlterField(
            model_name='share', name='held_reason', field=models.CharField(blank=True, choices=HELD, max_length=24)
        ),
        _of_a_person(
            'MemberLanguage',
            ('language', models.CharField(max_length=10)),
            ('chosen_at', models.DateTimeField()),
            unique=models.UniqueConstraint(fields=('member', 'language'), name='one_row_per_language'),
        ),
        _of_a_person('Sight', *_of_a_story(), unique=models.UniqueConstraint(fields=('member', 'item'), name='sight_once')),
        _of_a_person(
            'AnnouncementRead', *_of_a_story(), unique=models.UniqueConstraint(fields=('member', 'item'), name='read_once')
        ),
        TenantWalls({"MemberLanguage": Wall(), "Sight": Wall(), "AnnouncementRead": Wall()}),
    ]
