using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Ui.Live;

/// <summary>Renders a component to HTML outside a request.</summary>
/// <remarks>Thread safe.</remarks>
public sealed class FragmentRenderer(IServiceScopeFactory scopes, ILoggerFactory loggers)
{
    /// <summary>The component's HTML for a reader of <paramref name="language"/>; all texts in it are encoded by Razor.</summary>
    public async Task<string> RenderAsync<TComponent>(Language language, IReadOnlyDictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<UiContext>().Use(language);
        await using HtmlRenderer renderer = new(scope.ServiceProvider, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters.ToDictionary()));
            return root.ToHtmlString();
        });
    }
}
