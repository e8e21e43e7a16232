"""Related-work texts: plan, paragraphs, survey, timeline."""
