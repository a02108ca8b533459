using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace PantryChain.Store.Hosting;

/// <summary>The store's HTTP API as an OpenAPI document: what gateways call (<c>/api/v1</c>) and what the clerk's scripts call (<c>/desk/api</c>).</summary>
internal static class ApiDocument
{
    /// <summary>Where anybody may read it: it says no more than docs/protocol.md.</summary>
    public const string Path = "/api/v1/openapi.json";

    private const string Refused = "Refusal", Token = "token", Gateways = "Gateways", Scripts = "The clerk's scripts";

    /// <summary>Adds what makes the document of the routes.</summary>
    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.ShouldInclude = route => route.RelativePath is { } path && (path.StartsWith("api/v1/", StringComparison.Ordinal) || path.StartsWith("desk/api/", StringComparison.Ordinal));
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "PantryChain store", Version = "v1", Description = "Calls of gateways and of the clerk's scripts; docs/protocol.md says what each means." };
            document.Servers = []; // whichever address it was read from
            document.Tags = new HashSet<OpenApiTag> { new() { Name = Gateways }, new() { Name = Scripts } };
            document.AddComponent(Refused, Refusal());
            document.AddComponent(Token, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A gateway's token from joining; below /desk/api the content of keys/clerk.token.",
            });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            string group = context.Description.RelativePath!.StartsWith("api/", StringComparison.Ordinal) ? Gateways : Scripts;
            operation.Tags = new HashSet<OpenApiTagReference> { new(group, context.Document) };
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, context.Document)] = [] }];
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "It was not granted: why, and the next step (RFC 9457).",
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Refused, context.Document) } },
            };
            return Task.CompletedTask;
        });
    });

    /// <summary>Maps the document and the page that shows it.</summary>
    public static void MapApiDocument(this WebApplication app)
    {
        app.MapOpenApi(Path);
        app.MapApiPage();
    }

    private static OpenApiSchema Refusal() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "status", "title", "detail", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What the status means, as an address in RFC 9110." },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The answer's HTTP status." },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What was not granted." },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The next step." },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The stable reason.", Enum = [.. RefusalCodes.All.Select(code => (JsonNode)code)] },
        },
    };
}
