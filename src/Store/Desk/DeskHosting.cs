using PantryChain.Store.Hosting;

namespace PantryChain.Store.Desk;

/// <summary>Station 11 at the store: the desk.</summary>
internal static class DeskHosting
{
    /// <summary>The clerk's keys.</summary>
    public static void AddDesk(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton(services => ClerkKeys.Open(services.GetRequiredService<StoreFolder>()));

    /// <summary>The pages' middleware.</summary>
    public static void UseDesk(this WebApplication app)
    {
    }

    /// <summary>Pages and actions.</summary>
    public static void MapDesk(this WebApplication app) => app.MapDeskApi();
}
