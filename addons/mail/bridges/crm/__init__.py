"""What mail adds where CRM is enabled too: mail to an address makes a lead."""
