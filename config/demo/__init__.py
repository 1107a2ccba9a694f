"""The demo season: invented people, one finished and one running season, made through the services.

Names are made by rule from two short lists, so that none can be anybody's; every figure is marked as demo data.
"""
