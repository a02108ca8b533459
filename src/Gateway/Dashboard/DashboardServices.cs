namespace PantryChain.Gateway.Dashboard;

/// <summary>Station 11: the household's pages, forms and JSON (protocol, "The gateway's pages").</summary>
internal static class DashboardServices
{
    /// <summary>Adds what the pages need.</summary>
    public static void AddDashboard(this IServiceCollection services)
    {
        services.AddSingleton<HealthReport>();
    }

    /// <summary>Maps all routes.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        app.MapGet("/health", (HealthReport health) => Results.Text(health.ToJson(), "application/json"));
    }
}
