"""How people want to be told."""

from django import forms

from communities.models import ChannelChoice


class ChannelForm(forms.ModelForm):
    """By which ways I am told, besides the inbox."""

    class Meta:
        model = ChannelChoice
        fields = ["sms", "by_email"]
        widgets = {"sms": forms.RadioSelect}
